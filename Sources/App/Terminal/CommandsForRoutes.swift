/// The worker's hints name routes, as most who read them call the API. Who sits at a terminal is told the command.
func commandsForRoutes(in text: String) -> String {
    guard text.contains("/v1/") else { return text }
    return text.replacing(/`?POST \/v1\/accounts\/(\S+?)\/onboarding_links`?/) { "`bursar connect \($0.1)`" }
        .replacing(/`?POST \/v1\/accounts\/(\S+?)\/oauth_links`?/) { "`bursar connect \($0.1) --oauth`" }
        .replacing("POST /v1/usage/{id}/corrections", with: "`bursar usage correct`")
        .replacing("POST /v1/authorizations/{id}/capture", with: "`bursar holds capture`")
        .replacing("POST /v1/customers/{id}/grants", with: "`bursar customers grant`")
        .replacing("POST /v1/usage", with: "`bursar usage record`")
        .replacing("POST /v1/prices", with: "`bursar prices set`")
        .replacing("POST /v1/top_ups", with: "`bursar top-up`")
        .replacing("`GET /v1/plans`", with: "`bursar plans list`")
}
