package org.hearth.engine.receipt;

import org.hearth.ledger.Change;

/// A receipt moved; it takes the place of the earlier one of the same room, user, type and thread.
public record ReceiptSet(Receipt receipt) implements Change {}
