"""Contacts from a CSV file, as spreadsheets and address books write them.

`decoding` makes text of bytes, `table` rows of text, `columns` finds what each column holds, `people` makes records of
rows, `directory` watches the file.
"""

from sidetone.plugin import Context, hookimpl
from sidetone_csv.directory import CsvDirectory
from sidetone_csv.settings import Settings

api = (1, 1)


@hookimpl
def sidetone_directory(context: Context) -> CsvDirectory:
    """Build the directory of one section."""
    return CsvDirectory(context.settings(Settings), context)
