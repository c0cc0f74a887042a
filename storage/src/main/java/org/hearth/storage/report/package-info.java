/// Reports to the administrators.
@NullMarked
package org.hearth.storage.report;

import org.jspecify.annotations.NullMarked;
