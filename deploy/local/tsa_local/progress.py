"""What is under way, told to a person while it happens: on standard error, live at a terminal, in lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

Say = Callable[[str], None]


@contextmanager
def told(console: Console, *, only_at_terminal: bool) -> Iterator[Say]:
    """A function that names the step now under way; the one before it is done then.

    `only_at_terminal` keeps quiet where nobody watches: what is printed there is read by a program.
    """
    if console.is_terminal:
        with _live(console) as say:
            yield say
    elif only_at_terminal:
        yield lambda step: None
    else:
        yield lambda step: console.print(f"{step} …", highlight=False)


@contextmanager
def _live(console: Console) -> Iterator[Say]:
    columns = (
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        under_way: list[TaskID] = []

        def done() -> None:
            for task in under_way:
                progress.update(task, completed=1)
            under_way.clear()

        def say(step: str) -> None:
            done()
            under_way.append(progress.add_task(step, total=1))

        yield say
        done()
