/// The texts of the pages. Mustache escapes every `{{name}}`; nothing is inserted unescaped.
enum PageTemplates {
    /// Every page: one card with a title, a sentence, facts, and at most one thing to do.
    static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{{title}}</title>
        <link rel="stylesheet" href="/pages.css?v={{style}}">
        </head>
        <body>
        <main>
        {{#badge}}<p class="badge {{tone}}">{{badge}}</p>{{/badge}}
        <h1>{{title}}</h1>
        {{#figure}}<p class="figure">{{figure}}</p>{{/figure}}
        <p>{{lead}}</p>
        {{#hasFacts}}<dl>{{#facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>{{/hasFacts}}
        {{#hasItems}}<ul>{{#items}}<li>{{.}}</li>{{/items}}</ul>{{/hasItems}}
        {{#form}}<form method="post" action="{{action}}"><input type="hidden" name="token" value="{{token}}">
        {{#field}}<label>{{caption}}<input name="{{name}}" value="{{value}}" inputmode="decimal" autocomplete="off"
        maxlength="30" required></label>{{/field}}
        <button type="submit">{{label}}</button></form>{{/form}}
        {{#step}}<a class="act" href="{{href}}">{{text}}</a>{{/step}}
        {{#links}}<p><a href="{{href}}">{{text}}</a></p>{{/links}}
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        </main>
        </body>
        </html>

        """

    static let style = """
        :root { color-scheme: light dark; --ink: #17202a; --quiet: #5a6673; --card: #fff; --ground: #eef1f4;
          --line: #d9dfe5; --act: #0b5cad; --act-ink: #fff; --good: #14653a; --bad: #a3261d; --wait: #7a4d00; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --quiet: #a3b0bd; --card: #1b232c;
          --ground: #10161c; --line: #33404d; --act: #6db3f8; --act-ink: #0b1620;
          --good: #69d69a; --bad: #ff9b92; --wait: #f0bf66; } }
        * { box-sizing: border-box; }
        body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
          background: var(--ground); color: var(--ink);
          font: 1rem/1.55 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
        main { width: 100%; max-width: 30rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
          border-radius: 12px; overflow-wrap: anywhere; }
        h1 { margin: 0 0 .75rem; font-size: 1.45rem; line-height: 1.25; }
        p { margin: 0 0 1rem; }
        main > :last-child { margin-bottom: 0; }
        .figure { margin: 0 0 .75rem; font-size: 2.25rem; font-weight: 650; line-height: 1.15;
          font-variant-numeric: tabular-nums; }
        .badge { display: inline-block; margin-bottom: .75rem; padding: .1rem .65rem; border: 1px solid;
          border-radius: 99px; font-size: .85rem; font-weight: 600; }
        .good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); }
        dl { margin: 0 0 1.25rem; border-top: 1px solid var(--line); }
        dl div { display: flex; justify-content: space-between; gap: 1rem; padding: .5rem 0;
          border-bottom: 1px solid var(--line); }
        dt { flex: none; color: var(--quiet); } dd { min-width: 0; margin: 0; text-align: right; }
        ul { margin: 0 0 1.25rem; padding-left: 1.25rem; }
        button { width: 100%; margin-bottom: 1rem; padding: .8rem 1rem; border: 0; border-radius: 8px;
          background: var(--act); color: var(--act-ink); font: inherit; font-weight: 600; cursor: pointer; }
        label { display: block; margin-bottom: 1rem; color: var(--quiet); }
        label input { display: block; width: 100%; margin-top: .25rem; padding: .7rem .8rem; color: var(--ink);
          background: var(--card); border: 1px solid var(--line); border-radius: 8px; font: inherit; }
        form:last-child button { margin-bottom: 0; }
        .act { display: block; margin-bottom: 1rem; padding: .8rem 1rem; border-radius: 8px; background: var(--act);
          color: var(--act-ink); font-weight: 600; text-align: center; text-decoration: none; }
        button:focus-visible, a:focus-visible, input:focus-visible {
          outline: 3px solid var(--act); outline-offset: 2px; }
        a { color: var(--act); }
        .note { color: var(--quiet); font-size: .875rem; }

        """
}
