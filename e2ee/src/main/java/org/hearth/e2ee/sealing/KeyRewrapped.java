package org.hearth.e2ee.sealing;

import org.hearth.ledger.Change;

/// A key is wrapped by another of the [RootKeys]; nothing that it sealed changes. Does nothing if
/// the key was destroyed meanwhile.
///
/// @param before which one wrapped it
public record KeyRewrapped(WrappedKey key, int before) implements Change {}
