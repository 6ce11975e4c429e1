"""Brokerage rounds: all open requests together against all leaders, proposed at once and accepted by a broker."""
