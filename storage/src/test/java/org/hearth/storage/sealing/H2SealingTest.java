package org.hearth.storage.sealing;

import org.hearth.storage.StorageTest.OnH2;

class H2SealingTest extends SealingContract implements OnH2 {}
