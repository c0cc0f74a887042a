package org.hearth.storage.room;

import org.hearth.storage.StorageTest.OnH2;

class H2ExpiryTest extends ExpiryContract implements OnH2 {}
