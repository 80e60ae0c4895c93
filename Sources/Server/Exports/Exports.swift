package import Storage
package import Worker

/// Everything that can be exported, for the API and the commands alike.
package struct Exports: Sendable {
    let worker: BillingWorker

    package init(worker: BillingWorker) { self.worker = worker }

    /// Newest first. In CSV each changed field has a line of its own.
    package func auditLog(_ filter: AuditFilter, as format: ExportFormat) -> any TextStream {
        Export("audit_log", format, AuditEntry.exportShape) { [worker] after, limit in
            try await worker.context.database.read { tx in
                try worker.auditLog.list(filter, after: after?.id, limit: limit, in: tx)
            }
        }
    }
}
