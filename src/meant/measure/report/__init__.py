"""One self-contained page: figures with intervals, and the transcripts behind each figure one click away.

`render.render` makes it. Four steps, each in its own module, and each reads only what the one before it made:

- `view` arranges findings into blocks, tables and rows (no HTML);
- `cells` picks the transcripts behind each row, for the embedded data (no HTML);
- `lanes` and `plane` draw SVG, `sections` writes the rest, all through `markup`, which escapes;
- `render` puts the parts into `page.html` under a Content-Security-Policy that knows only our own style and script.

The page's rule: a model's reply is hostile text. It enters as escaped JSON and reaches the page by `textContent`.

To show a new metric, add its words to `wording`; without them it appears under "Other figures".
"""
