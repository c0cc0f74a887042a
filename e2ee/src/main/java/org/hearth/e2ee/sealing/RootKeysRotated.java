package org.hearth.e2ee.sealing;

import org.hearth.ledger.Change;

/// Older root keys than this one are gone for good: what a database leaves behind of keys that were
/// destroyed under them is closed.
public record RootKeysRotated(int wrapping) implements Change {}
