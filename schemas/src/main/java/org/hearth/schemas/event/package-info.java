/// Room events in the format servers exchange: reading, building, hashing, signing, redacting.
@NullMarked
package org.hearth.schemas.event;

import org.jspecify.annotations.NullMarked;
