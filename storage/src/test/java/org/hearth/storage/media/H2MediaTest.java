package org.hearth.storage.media;

import org.hearth.storage.StorageTest;

class H2MediaTest extends MediaContract implements StorageTest.OnH2 {}
