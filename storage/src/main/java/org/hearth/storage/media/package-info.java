/// Media: rows in the database, sealed bytes in files beside it.
@NullMarked
package org.hearth.storage.media;

import org.jspecify.annotations.NullMarked;
