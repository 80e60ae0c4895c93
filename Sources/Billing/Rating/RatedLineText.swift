/// The JSON of a rated line, written by hand: it is made for each event that is taken, and an encoder takes several
/// times as long. `Codable` reads it.
struct RatedLineText {
    private(set) var text = ""

    init(_ line: RatedLine) {
        let rated = line.rated
        text.reserveCapacity(1_000)
        open()
        put("cost") { $0.put(rated.cost) }
        put("exact_cost", rated.exactCost)
        put("exact_price", rated.exactPrice)
        if let fee = rated.flatFee {
            put("flat_fee") {
                $0.open()
                $0.putNumber("micros", fee.micros)
                $0.put("of", fee.of.rawValue)
                $0.close("}")
            }
        }
        if let markup = rated.markup { put("markup") { $0.put(markup) } }
        if !rated.meters.isEmpty { put("meters") { $0.putList(rated.meters) { $0.quote($1) } } }
        if !rated.metrics.isEmpty { put("metrics") { $0.putList(rated.metrics) { $0.put($1) } } }
        if let period = rated.period { put("period", period) }
        put("posted") {
            $0.open()
            $0.put("cost") { $0.put(line.cost) }
            $0.put("price") { $0.put(line.price) }
            $0.close("}")
        }
        if let product = rated.product { put("product", product) }
        if !rated.quantities.isEmpty { putNumber("quantities", rated.quantities.json) }
        if rated.isReversal { putNumber("reversal", true) }
        close("}")
    }

    private mutating func put(_ cost: RatedCost) {
        open()
        put("basis", cost.basis.rawValue)
        if cost.isCeiling { putNumber("ceiling", true) }
        put("exact", cost.exact)
        if cost.isLongContext { putNumber("long_context", true) }
        if let model = cost.model { put("model", model) }
        if let version = cost.priceVersion { put("price_version", version) }
        if let provider = cost.provider { put("provider", provider) }
        if !cost.units.isEmpty { put("units") { $0.putList(cost.units) { $0.put($1) } } }
        if let rate = cost.usdRate { putNumber("usd_rate", rate) }
        close("}")
    }

    private mutating func put(_ unit: RatedCost.Unit) {
        open()
        put("amount", unit.amount)
        if unit.isCeiling { putNumber("ceiling", true) }
        put("price", unit.price)
        if let owner = unit.pricedAs { put("priced_as", owner) }
        putNumber("quantity", unit.quantity)
        put("unit", unit.unit)
        close("}")
    }

    private mutating func put(_ markup: Markup) {
        open()
        if let name = markup.name { put("name", name) }
        put("of", markup.of.rawValue)
        putNumber("percent", markup.percent.text)
        close("}")
    }

    private mutating func put(_ metric: RatedMetric) {
        open()
        putNumber("after", metric.after)
        put("amount", metric.amount)
        putNumber("before", metric.before)
        if let micros = metric.creditMicros { putNumber("credit_micros", micros) }
        if let credits = metric.credits { put("credits", credits) }
        put("meter", metric.meter)
        put("mode", metric.mode.rawValue)
        put("steps_after") { $0.putList(metric.stepsAfter) { $0.put($1) } }
        put("steps_before") { $0.putList(metric.stepsBefore) { $0.put($1) } }
        put("unit", metric.unit.rawValue)
        close("}")
    }

    private mutating func put(_ step: Tiers.Step) {
        open()
        put("amount", step.amount)
        put("band", step.band)
        putNumber("fixed_micros", step.fixedMicros)
        putNumber("quantity", step.quantity)
        put("unit_rate", step.unitRate)
        close("}")
    }

    private mutating func put(_ posted: RatedLine.Posted) {
        open()
        put("carry_after", posted.carryAfter)
        put("carry_before", posted.carryBefore)
        putNumber("micros", posted.micros)
        close("}")
    }
}

extension RatedLineText {
    private mutating func open() { text += "{" }
    private mutating func close(_ bracket: String) { text += bracket }

    private mutating func key(_ key: String) {
        if text.utf8.last != UInt8(ascii: "{") { text += "," }
        quote(key)
        text += ":"
    }

    private mutating func put(_ name: String, _ value: (inout Self) -> Void) {
        key(name)
        value(&self)
    }

    /// A number or a truth, as it stands.
    private mutating func putNumber(_ name: String, _ value: some CustomStringConvertible) {
        key(name)
        text += value.description
    }

    /// A text of digits or of a name of ours, which needs no escape.
    private mutating func put(_ name: String, _ value: some CustomStringConvertible) {
        key(name)
        quote(value.description)
    }

    private mutating func quote(_ value: String) {
        text += "\""
        text += value
        text += "\""
    }

    private mutating func putList<Value>(_ values: [Value], _ put: (inout Self, Value) -> Void) {
        text += "["
        for (place, value) in values.enumerated() {
            if place > 0 { text += "," }
            put(&self, value)
        }
        close("]")
    }

    /// A text from outside, escaped.
    private mutating func put(_ name: String, _ value: String) {
        key(name)
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
