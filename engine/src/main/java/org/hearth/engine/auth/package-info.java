/// The [authorisation rules](https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules) of all
/// room versions, as pure functions of an event and a state. Start at `AuthRules`.
@NullMarked
package org.hearth.engine.auth;

import org.jspecify.annotations.NullMarked;
