"""What stops the local runner, told to the person at the keyboard."""


class Trouble(Exception):
    """The product cannot start or go on. The message says what stands in the way and what to do about it."""
