/// Profiles of users.
@NullMarked
package org.hearth.client.profile;

import org.jspecify.annotations.NullMarked;
