/// Who is in a room: [Memberships] invites, joins, leaves, kicks, bans, knocks and forgets.
@NullMarked
package org.hearth.engine.membership;

import org.jspecify.annotations.NullMarked;
