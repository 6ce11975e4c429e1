"""What stops the local runner, told to the person at the keyboard."""

import errno

_ADVICE = {
    errno.ENOSPC: "The disk is full: free some room and run the same command again.",
    errno.EDQUOT: "Your share of the disk is used up: free some room and run the same command again.",
    errno.EACCES: "Make it yours, or have the data kept elsewhere: TSA_HOME=FOLDER make run",
    errno.EPERM: "Make it yours, or have the data kept elsewhere: TSA_HOME=FOLDER make run",
    errno.EROFS: "Have the data kept where you can write: TSA_HOME=FOLDER make run",
    errno.ENOTDIR: "Have the data kept in a folder: TSA_HOME=FOLDER make run",
    errno.EEXIST: "Have the data kept in a folder: TSA_HOME=FOLDER make run",
}


class Trouble(Exception):
    """The product cannot start or go on. The message says what stands in the way and what to do about it."""

    @classmethod
    def with_files(cls, error: OSError) -> "Trouble | None":
        """What the disk refused, and what to do about it; nothing where it was not the disk."""
        if error.errno not in _ADVICE:
            return None
        where = f"{error.filename}: " if error.filename else ""
        return cls(f"{where}{error.strerror}. {_ADVICE[error.errno]}")
