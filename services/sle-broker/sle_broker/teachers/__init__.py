"""The catalogue of good and outstanding teachers who let others see them teach."""
