"""Requests that the API's description allows or forbids, and what it says of the answers: Schemathesis asks a site."""

from collections.abc import Callable, Sequence
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks
from yarl import URL

load_all_checks()

Check = Callable[..., Any]
Headers = dict[str, str]

EXAMPLES = 3  # of what is allowed, and as many of what is not, for each operation
ANSWERED: tuple[Check, ...] = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)
REFUSED = (*ANSWERED, checks.negative_data_rejection)


class Asker:
    """Asks operations of a site, blocking: for a thread of its own. `faults` is what did not conform."""

    def __init__(self, url: str, document: dict[str, Any]) -> None:
        self._url = url
        self._schema = schemathesis.openapi.from_dict(document)
        self._schema.config.generation.update(with_security_parameters=False)
        self._session = requests.Session()
        self.faults: list[str] = []

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def ask(self, method: str, declared: str, path: str, body: Any, headers: Headers) -> int:  # noqa: ANN401 - any JSON
        """Ask for the very thing; the status."""
        operation = self._schema[declared][method]
        case = operation.Case(path_parameters=parameters(declared, path), query=dict(URL(path).query))
        if body is not None:
            case.body, case.media_type = body, "application/json"
        return self._send(case, headers, ANSWERED)

    def try_out(self, method: str, declared: str, path: str, headers: Headers, examples: int = EXAMPLES) -> set[int]:
        """Ask what is allowed and what is not about the things in the path; the statuses."""
        return self._generate(method, declared, path, headers, examples, GenerationMode.POSITIVE) | self._generate(
            method, declared, path, headers, examples, GenerationMode.NEGATIVE
        )

    def _generate(
        self, method: str, declared: str, path: str, headers: Headers, examples: int, mode: GenerationMode
    ) -> set[int]:
        cases = self._schema[declared][method].as_strategy(
            generation_mode=mode, path_parameters=parameters(declared, path) or None
        )
        statuses: set[int] = set()
        wanted = REFUSED if mode is GenerationMode.NEGATIVE else ANSWERED

        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(cases)
        def every(case: Case[Any]) -> None:
            if isinstance(case.query, dict):
                case.query.pop("wait", None)  # the answer would be held back
            statuses.add(self._send(case, headers, wanted))

        try:
            every()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, f"{method} {declared}"  # nothing is forbidden here
        return statuses

    def _send(self, case: Case[Any], headers: Headers, wanted: Sequence[Check]) -> int:
        answer = case.call(base_url=self._url, session=self._session, headers=headers)
        try:
            case.validate_response(answer, checks=list(wanted))
        except FailureGroup as group:
            words = "; ".join(str(each) for each in group.exceptions)
            self.faults.append(f"{case.method} {answer.request.url} {case.body!r:.300}: {words} {answer.text:.300}")
        status: int = answer.status_code
        return status


def parameters(declared: str, path: str) -> dict[str, str]:
    """The parameters of a declared path, as a path has them."""
    pairs = zip(declared.split("/"), path.partition("?")[0].split("/"), strict=True)
    return {name[1:-1]: value for name, value in pairs if name.startswith("{")}
