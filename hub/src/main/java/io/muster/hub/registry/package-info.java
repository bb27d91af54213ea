/** What hubs keep of nodes beyond their own life, so that who starts knows the fleet at once. */
@org.jspecify.annotations.NullMarked
package io.muster.hub.registry;
