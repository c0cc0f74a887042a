package org.hearth.storage;

class H2CheckTest extends CheckContract implements StorageTest.OnH2 {}
