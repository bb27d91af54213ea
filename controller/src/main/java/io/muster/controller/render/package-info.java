/** What people and programs are shown: text, JSON, names. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.render;
