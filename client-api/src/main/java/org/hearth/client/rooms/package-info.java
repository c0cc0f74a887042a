/// Rooms, one class per file of the specification's OpenAPI description, methods named by its
/// operationIds.
@NullMarked
package org.hearth.client.rooms;

import org.jspecify.annotations.NullMarked;
