"""One self-contained page: figures with intervals, and the transcripts behind each figure one click away.

`render.render` makes it. Each step reads only what the ones before it made:

- values, without HTML: `view` arranges findings into blocks, tables and rows; `pairs` compares systems, `parts` slices;
- data for the script, without HTML: `cells` and `turns` say what was said, `behind` which cells a figure is about;
- HTML and SVG, all through `markup`, which escapes: `lanes` and `plane` draw, `tables`, `sections`, `pairs_section`,
  `parts_section`, `spending`, `head` and `provenance` write;
- `body` puts the sections in order, and `render` all of it, with the browser of transcripts (`browser.html`), into
  `page.html`, under a Content-Security-Policy that knows only our own style and script, whose parts are in `style/` and
  `script/`.

The page's rule: a model's reply is hostile text. It enters as escaped JSON and reaches the page as text nodes.

To show a new metric, add its words to `wording`; without them it appears under "Other figures".
"""
