/// The frame of every page that a person sees. It says plainly that this is no Stripe and that no money moves.
enum PageLayout {
    static func page(_ title: String, note: String? = nil, _ content: HTML) -> HTML {
        let noteLine: HTML = note.map { "<p class=\"note\" role=\"alert\">\($0)</p>" } ?? ""
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) · Stripe sandbox</title>
            <style>\(style)</style>
            </head>
            <body>
            <p class="banner"><strong>Stripe sandbox</strong> – not Stripe, no real money. Never enter a real card.</p>
            <main>
            <h1>\(title)</h1>
            \(noteLine)
            \(content)
            </main>
            </body>
            </html>

            """
    }

    /// An amount as a person reads it: `1,099` minor units of a currency with two decimals as `10.99 USD`.
    static func amount(_ amount: Int64, _ code: String) -> String {
        let units = Currency(code)?.minorUnits ?? 100
        let whole = String(amount / units)
        guard units > 1 else { return "\(whole) \(code.uppercased())" }
        let fraction = String(amount % units + units).dropFirst()
        return "\(whole).\(fraction) \(code.uppercased())"
    }

    private static let style: HTML = """
        :root{color-scheme:light dark;--line:#8886;--ink:#1c2430;--paper:#fff;--back:#f2f3ee;--accent:#2f6f4f}
        @media(prefers-color-scheme:dark){:root{--ink:#e8eae6;--paper:#1d2220;--back:#131614;--accent:#7cc4a0}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        .banner{margin:0;padding:.6rem 1rem;background:#f5c542;color:#1c2430;text-align:center}
        main{max-width:30rem;margin:2rem auto;padding:1.5rem 2rem 2rem;background:var(--paper);
        border:1px solid var(--line);border-radius:.5rem}
        h1{font-size:1.35rem;margin:0 0 1rem}h2{font-size:1rem;margin:1.5rem 0 .5rem}
        p{margin:.5rem 0}.quiet{opacity:.75;font-size:.9rem}
        .note{padding:.6rem .8rem;border-left:4px solid #c0392b;background:#c0392b1f}
        table{width:100%;border-collapse:collapse}td{padding:.3rem 0;border-bottom:1px solid var(--line)}
        td:last-child{text-align:right;font-variant-numeric:tabular-nums}
        label{display:block;margin:.7rem 0 0}label span{display:block;font-size:.9rem}
        input:not([type=radio]),select{width:100%;padding:.55rem;font:inherit;color:inherit;background:transparent;
        border:1px solid var(--line);border-radius:.35rem}
        .row{display:flex;gap:.8rem}.row label{flex:1}
        button,.button{display:inline-block;margin:1rem .5rem 0 0;padding:.6rem 1.1rem;font:inherit;
        border-radius:.35rem;border:1px solid var(--accent);background:var(--accent);
        color:var(--paper);cursor:pointer;text-decoration:none}
        button.second{background:transparent;color:var(--accent)}a{color:var(--accent)}
        code{font-size:.9em}
        """
}
