extension ParameterTable {
    /// What may be sent to the sandbox's own control calls, in the notation of Stripe's tables.
    static let control = ParameterTable(
        """
        GET /_sandbox
        GET /_sandbox/requests
          operation account limit:int
        DELETE /_sandbox/requests
        GET /_sandbox/clock
        POST /_sandbox/clock
          advance_seconds!:int
        POST /_sandbox/rates
          currency! per_mille!:int
        GET /_sandbox/faults
        POST /_sandbox/faults
          fault! operation account nth:int count:int
        DELETE /_sandbox/faults
        POST /_sandbox/event_faults
          fault!:(never drop duplicate delay reorder) type account nth:int count:int delay_seconds:int
        POST /_sandbox/plan
          seed!:int calls:map(int) events:{never:int drop:int duplicate:int delay:int reorder:int}
          longest_delay_seconds:int
        DELETE /_sandbox/plan
        GET /_sandbox/deliveries
          state:(waiting underway succeeded exhausted dropped) event type
        POST /_sandbox/deliveries/pause
        POST /_sandbox/deliveries/resume
        POST /_sandbox/events/{event}/resend
        POST /_sandbox/webhook_endpoints/{endpoint}/roll_secret
          overlap_seconds:int
        POST /_sandbox/accounts
          country currency email name
        POST /_sandbox/accounts/{account}/onboard
          outcome:(complete half)
        POST /_sandbox/accounts/{account}/restrict
          disabled_reason past_due:[]
        POST /_sandbox/accounts/{account}/deauthorize
        POST /_sandbox/accounts/{account}/payout
        POST /_sandbox/payouts/{payout}/fail
        POST /_sandbox/checkout_sessions/{session}/pay
          payment_method card_number email name
        POST /_sandbox/checkout_sessions/{session}/expire
        POST /_sandbox/payment_intents/{intent}/authenticate
          outcome:(complete fail)
        POST /_sandbox/payment_intents/{intent}/settle
          outcome:(succeeded failed) failure_code
        POST /_sandbox/refunds/{refund}/settle
          outcome:(succeeded failed canceled requires_action) failure_reason
        POST /_sandbox/charges/{charge}/dispute
          amount:int reason inquiry:bool
        POST /_sandbox/disputes/{dispute}
          action!:(withdraw_funds reinstate_funds win lose close)
        """)
}
