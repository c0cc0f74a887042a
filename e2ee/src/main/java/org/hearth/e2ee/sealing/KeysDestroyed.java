package org.hearth.e2ee.sealing;

import org.hearth.ledger.Change;

/// All keys that the scope has now are gone: what they sealed can never be opened again, neither in
/// the database nor in its journal nor in a backup that is made later. Append it to whatever entry
/// removes the rows; nothing else is needed, memory forgets the keys with the commit. What is
/// sealed in the scope after that gets a new key.
public record KeysDestroyed(KeyScope scope) implements Change {}
