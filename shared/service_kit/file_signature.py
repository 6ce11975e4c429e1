"""What a file is by its first bytes, whatever it is sent as."""

_SIGNATURES = {
    b"PK\x03\x04": "an Office file (.xlsx, .docx)",
    bytes.fromhex("d0cf11e0"): "an old Office file (.xls, .doc)",
    b"%PDF": "a PDF file",
}


def kind_by_signature(data: bytes) -> str | None:
    """What `data` is where it is surely no text: the kind of file, in words for a person."""
    return next((kind for signature, kind in _SIGNATURES.items() if data.startswith(signature)), None)
