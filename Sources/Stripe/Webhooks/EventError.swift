/// Why an event's bytes are not an event, or its object not the one that was asked for. Free of data.
public enum EventError: String, Error, Sendable, CaseIterable, CustomStringConvertible {
    /// More than `JSONNesting.maximumLevels` levels: not read at all.
    case tooDeep = "event_too_deep"
    /// Not JSON, or without what every event has.
    case undecodable = "event_undecodable"
    /// The envelope is sound, but `data.object` is not of the expected shape.
    case objectUndecodable = "event_object_undecodable"

    public var description: String { rawValue }
}
