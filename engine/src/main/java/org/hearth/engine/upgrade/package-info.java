/// Moving a room to another room version: [RoomUpgrades].
@NullMarked
package org.hearth.engine.upgrade;

import org.jspecify.annotations.NullMarked;
