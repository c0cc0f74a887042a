package org.hearth.storage.e2ee;

import org.hearth.storage.StorageTest;

class H2E2eeTest extends E2eeContract implements StorageTest.OnH2 {}
