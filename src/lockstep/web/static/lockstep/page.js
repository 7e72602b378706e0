// What every page has: copy buttons, forms that cannot be sent twice, parts that refresh themselves, dialogs.
// Everything works without it; it only makes it quicker.
import "./copy.js";
import "./busy.js";
import "./live.js";
import "./dialogs.js";
