/// Measures any homeserver through its public client API. Start at [Main]; the scenarios are in
/// [Scenarios].
@NullMarked
package org.hearth.bench;

import org.jspecify.annotations.NullMarked;
