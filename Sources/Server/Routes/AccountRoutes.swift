import Billing
import HTTPTypes
import Ledger
import Storage
import Worker

/// Merchants, their keys, and how they are connected to Stripe.
struct AccountRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/accounts", .platform, create),
            Route(.get, "/v1/accounts", .platform, query: Route.paging, list),
            Route(.get, "/v1/accounts/{id}", .accountInPath, get),
            Route(.post, "/v1/accounts/{id}", .accountInPath, update),
            Route(.post, "/v1/accounts/{id}/keys", .accountInPath, answersSecret: true, mintKey),
            Route(.get, "/v1/accounts/{id}/keys", .accountInPath, query: Route.paging, listKeys),
            Route(.delete, "/v1/accounts/{id}/keys/{key}", .accountInPath, revokeKey),
            Route(.post, "/v1/accounts/{id}/onboarding_links", .accountInPath, makeOnboardingLink),
            Route(.post, "/v1/accounts/{id}/oauth_links", .accountInPath, makeOAuthLink),
            Route(.post, "/v1/accounts/{id}/refresh", .accountInPath, refresh),
            Route(.post, "/v1/accounts/{id}/disconnect", .accountInPath, disconnect),
        ]
    }

    private var create: Work {
        .writes { [worker] call in
            let new = try call.decoded(NewAccountInput.self).account()
            return { tx in .json(try worker.accounts.create(new, by: call.actor, in: tx).json, status: 201) }
        }
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(ConnectedAccount.self)
            return { tx in
                try page.answer(worker.accounts.list(after: after, limit: page.fetch, in: tx)) { try $0.json }
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            { tx in .json(try worker.account(of: call, in: tx).json) }
        }
    }

    private var update: Work {
        .writes { [worker] call in
            let input = try call.decoded(AccountChangeInput.self)
            // What the platform earns is not the merchant's to change.
            guard call.caller == .platform || !input.touchesPlatformFees else { throw Problem.platformOnly }
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let change = try input.change(account.currency)
                return .json(try worker.accounts.update(account.id, change, by: call.actor, in: tx).json)
            }
        }
    }

    private var mintKey: Work {
        .writes { [worker] call in
            let name = try call.decoded(KeyNameInput.self).name ?? "API key"
            return { tx in
                let minted = try worker.keys.mint(account: try call.tenant, name: name, by: call.actor, in: tx)
                return .json(Shapes(worker).key(minted), status: 201)
            }
        }
    }

    private var listKeys: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(ApiKey.self)
            return { tx in
                let keys = try worker.keys.list(account: try call.tenant, after: after, limit: page.fetch, in: tx)
                return page.answer(keys, Shapes(worker).key)
            }
        }
    }

    private var revokeKey: Work {
        .writes { [worker] call in
            let id = try call.id("key", ApiKey.self, orElse: .unknown("key"))
            return { tx in
                let key = try worker.keys.revoke(id, account: try call.tenant, by: call.actor, in: tx)
                return .json(Shapes(worker).key(key))
            }
        }
    }

    private var makeOnboardingLink: Work {
        .calls { [worker] call in
            let input = try call.decoded(OnboardingLinkInput.self)
            return {
                let link = try await worker.onboarding.link(
                    try call.tenant, returnURL: input.returnURL, refreshURL: input.refreshURL)
                return .json(["url": .string(link.url), "expires_at": .time(link.expiresAt)], status: 201)
            }
        }
    }

    private var makeOAuthLink: Work {
        .writes { [worker] call in
            _ = try call.decoded(NoFields.self)
            return { tx in
                let link = try worker.onboarding.oauthLink(try call.tenant, in: tx)
                return .json(["url": .string(link.url), "expires_at": .time(link.expiresAt)], status: 201)
            }
        }
    }

    private var refresh: Work {
        .calls { [worker] call in
            _ = try call.decoded(NoFields.self)
            return { .json(try await worker.onboarding.refreshStatus(try call.tenant).json) }
        }
    }

    private var disconnect: Work {
        .calls { [worker] call in
            _ = try call.decoded(NoFields.self)
            return { .json(try await worker.onboarding.disconnect(try call.tenant, by: call.actor).json) }
        }
    }
}

extension ConnectedAccount {
    var json: JSON {
        get throws {
            [
                "id": .string(id.text), "name": .string(name), "email": JSON(email), "country": JSON(country),
                "currency": .string(currency.code), "stripe": .string(stripeMode.rawValue),
                "stripe_account": JSON(stripeAccount), "status": .string(status.rawValue),
                "status_reason": JSON(statusReason), "requirements_due": .array(requirementsDue.map(JSON.string)),
                "next_step": JSON(nextStep), "markup_percent": .decimal(markup.decimal),
                "application_fee_percent": .decimal(applicationFeePercent.decimal),
                "application_fee_fixed": .amount(applicationFeeFixed, currency), "cycle": .string(cycle.rawValue),
                "charge_threshold": .amount(chargeThreshold, currency),
                "top_up_minimum": .amount(topUpMinimum, currency),
                "top_up_maximum": .amount(topUpMaximum, currency), "terms": JSON(try JSONTree(terms)),
                "next_run_at": .time(nextRunAt), "created_at": .time(createdAt),
            ]
        }
    }
}
