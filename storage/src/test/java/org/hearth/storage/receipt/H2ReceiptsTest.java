package org.hearth.storage.receipt;

import org.hearth.storage.StorageTest;

class H2ReceiptsTest extends ReceiptsContract implements StorageTest.OnH2 {}
