package org.hearth.storage.report;

import org.hearth.storage.StorageTest;

class H2ReportTest extends ReportContract implements StorageTest.OnH2 {}
