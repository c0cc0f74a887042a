/// Profiles: what users say about themselves, here and on other servers.
@NullMarked
package org.hearth.engine.profile;

import org.jspecify.annotations.NullMarked;
