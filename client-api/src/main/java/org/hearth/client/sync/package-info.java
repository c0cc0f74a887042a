/// Syncing, and the little things that go with it: typing, receipts, read markers.
@NullMarked
package org.hearth.client.sync;

import org.jspecify.annotations.NullMarked;
