package org.hearth.storage.account;

import org.hearth.storage.StorageTest;

class H2AccountsTest extends AccountsContract implements StorageTest.OnH2 {}
