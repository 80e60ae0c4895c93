internal import CSQLite

final class SQLiteStatement: DatabaseStatement {
    private let handle: SQLiteHandle
    private let pointer: OpaquePointer
    private let sql: String
    /// At `n - 1`, the index that SQLite gave to `$n`.
    private let parameters: [Int32]
    private var columns: Columns
    private var changesBefore: Int64 = 0
    let isReadOnly: Bool

    init(_ handle: SQLiteHandle, _ sql: String) throws(StorageError) {
        var prepared: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = sqlite3_prepare_v3(handle.pointer, sql, -1, flags, &prepared, nil)
        guard code == SQLITE_OK else { throw StorageError(sqlite: code, of: handle.pointer, during: sql) }
        guard let prepared else { throw StorageError(.misuse, detail: "an empty statement") }
        self.handle = handle
        self.sql = sql
        pointer = prepared
        isReadOnly = sqlite3_stmt_readonly(prepared) != 0
        columns = Self.columns(of: prepared)
        do { parameters = try Self.parameters(of: prepared, sql) } catch {
            sqlite3_finalize(prepared)
            throw error
        }
    }

    deinit { sqlite3_finalize(pointer) }

    func bind(_ values: [SQLValue]) throws(StorageError) {
        guard values.count == parameters.count else {
            let counts = "\(values.count) values for \(parameters.count) parameters"
            throw StorageError(.misuse, detail: "\(counts): \(sql)")
        }
        for (value, index) in zip(values, parameters) {
            let code = bind(value, at: index)
            guard code == SQLITE_OK else { throw StorageError(sqlite: code, of: handle.pointer, during: sql) }
        }
        changesBefore = sqlite3_total_changes64(handle.pointer)
    }

    func step() throws(StorageError) -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw StorageError(sqlite: code, of: handle.pointer, during: sql)
        }
    }

    func row() throws(StorageError) -> Row {
        // SQLite prepares a statement anew when the schema has changed, and `SELECT *` can then have more columns.
        let count = sqlite3_data_count(pointer)
        if Int(count) != columns.names.count { columns = Self.columns(of: pointer) }
        var values: [SQLValue] = []
        values.reserveCapacity(Int(count))
        for index in 0..<count { values.append(try value(at: index)) }
        return Row(columns: columns, values: values)
    }

    var changedRows: Int {
        // What is no INSERT, UPDATE or DELETE leaves the count of the statement before it.
        sqlite3_total_changes64(handle.pointer) == changesBefore ? 0 : Int(sqlite3_changes64(handle.pointer))
    }

    func reset() {
        // The result repeats the failure of the last step, which has been thrown already.
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }
}

extension SQLiteStatement {
    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null:
            return sqlite3_bind_null(pointer, index)
        case .integer(let integer):
            return sqlite3_bind_int64(pointer, index, integer)
        case .text(var text):
            return text.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) { chars in
                    guard let base = chars.baseAddress else { return csqlite_bind_text(pointer, index, "", 0) }
                    return csqlite_bind_text(pointer, index, base, UInt64(chars.count))
                }
            }
        case .bytes(let bytes):
            // A blob bound from a null pointer would be NULL.
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(pointer, index, 0) }
            return bytes.withUnsafeBytes {
                csqlite_bind_blob(pointer, index, $0.baseAddress, UInt64($0.count))
            }
        }
    }

    private func value(at index: Int32) throws(StorageError) -> SQLValue {
        switch sqlite3_column_type(pointer, index) {
        case SQLITE_NULL:
            return .null
        case SQLITE_INTEGER:
            return .integer(sqlite3_column_int64(pointer, index))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(pointer, index)
            let count = Int(sqlite3_column_bytes(pointer, index))
            return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(pointer, index)
            let count = Int(sqlite3_column_bytes(pointer, index))
            return .bytes([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        default:
            let name = columns.names[Int(index)]
            throw StorageError(.misuse, detail: "column \(name) is a floating-point number: \(sql)")
        }
    }

    private static func columns(of pointer: OpaquePointer) -> Columns {
        Columns((0..<sqlite3_column_count(pointer)).map { String(cString: sqlite3_column_name(pointer, $0)) })
    }

    private static func parameters(of pointer: OpaquePointer, _ sql: String) throws(StorageError) -> [Int32] {
        let count = sqlite3_bind_parameter_count(pointer)
        guard count > 0 else { return [] }
        var indices: [Int32] = []
        for number in 1...count {
            let index = sqlite3_bind_parameter_index(pointer, "$\(number)")
            guard index > 0 else {
                throw StorageError(.misuse, detail: "parameters are $1, $2 … without a gap: \(sql)")
            }
            indices.append(index)
        }
        return indices
    }
}
