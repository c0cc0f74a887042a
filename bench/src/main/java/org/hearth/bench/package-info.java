/// Measures any homeserver through its public client API. Start at [Main]; the scenarios are in
/// [Scenario].
@NullMarked
package org.hearth.bench;

import org.jspecify.annotations.NullMarked;
