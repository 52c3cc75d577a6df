"""The project's own Python as syntax trees, and what each module imports."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DAEMON = ROOT / "daemon"
PLUGINS = ROOT / "plugins"


@dataclass(frozen=True)
class Module:
    """One source file. `name` is dotted; a package's `__init__` has the package's name."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        """The path as a reader of a failure wants it."""
        return str(self.path.relative_to(ROOT))

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]


@functools.cache
def modules(source_root: Path) -> tuple[Module, ...]:
    """Every module below a source root, in name order."""
    return tuple(_read(source_root, path) for path in sorted(source_root.rglob("*.py")) if _ours(path))


def production() -> tuple[Module, ...]:
    """What the wheel carries: the daemon and its plugins."""
    return modules(DAEMON) + modules(PLUGINS)


def plugins() -> set[str]:
    """The names of the plugins below `plugins/`; a package that answers no hook yet is none."""
    return {module.name for module in modules(PLUGINS) if "." not in module.name and "hookimpl" in module.text}


def everything() -> tuple[Module, ...]:
    """Every Python file of the project."""
    return production() + modules(ROOT / "tests") + modules(ROOT / "contrib")


def kept_files() -> list[Path]:
    """The files that git keeps or would keep: everything but what `.gitignore` names."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def imports(module: Module, nodes: Iterator[ast.AST] | None = None) -> Iterator[tuple[str, int]]:
    """Each dotted name that a module imports, with its line; a name that is no module of ours stays its module's."""
    for node in nodes or ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(module, node)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield (inner if inner in names() else source), node.lineno


def run_on_import(module: Module) -> Iterator[ast.AST]:
    """The nodes that run when the module is imported: no function bodies, nothing for the type checker alone."""
    waiting: list[ast.AST] = [module.tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting.extend(node.orelse)
            continue
        waiting.extend(ast.iter_child_nodes(node))


@functools.cache
def names() -> frozenset[str]:
    """The dotted names of all production modules."""
    return frozenset(module.name for module in production())


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    base = module.package.split(".")
    base = base[: len(base) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def _read(source_root: Path, path: Path) -> Module:
    parts = path.relative_to(source_root).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    text = path.read_text(encoding="utf-8")
    return Module(name, path, text, ast.parse(text, filename=str(path)))


def _ours(path: Path) -> bool:
    return not {"node_modules", "__pycache__", ".venv"} & set(path.relative_to(ROOT).parts)
