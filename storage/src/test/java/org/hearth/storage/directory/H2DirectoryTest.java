package org.hearth.storage.directory;

import org.hearth.storage.StorageTest;

class H2DirectoryTest extends DirectoryContract implements StorageTest.OnH2 {}
