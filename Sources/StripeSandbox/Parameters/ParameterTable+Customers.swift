// Written by write-tables.py from Stripe's own parameter lists; not edited by hand.

extension ParameterTable {
    /// What may be sent to the operations on customers, and the types that they share.
    static let customers = """
        GET /v1/customers
          created:@created|int email ending_before expand:[] limit:int starting_after test_clock
        POST /v1/customers
          address:@address? balance:int business_name cash_balance:@cash_balance description email expand:[]
          individual_name invoice_prefix invoice_settings:@invoice_settings metadata:map? name
          next_invoice_sequence:int payment_method phone preferred_locales:[] shipping:@shipping? source
          tax:{ip_address validate_location:(deferred immediately)} tax_exempt:(exempt none reverse)?
          tax_id_data:[{type!:(ad_nrt ae_trn al_tin am_tin ao_tin ar_cuit au_abn au_acn au_arn au_wpn aw_tin az_tin
          ba_tin bb_tin bd_bin bf_ifu bg_uic bh_vat bj_ifu bo_tin br_cnpj br_cpf bs_tin bw_vat by_tin ca_bn ca_gst_hst
          ca_pst_bc ca_pst_mb ca_pst_sk ca_qst cd_nif ch_uid ch_vat ci_vat cl_tin cm_niu cn_tin co_nit cr_tin cv_nif
          cz_dic de_stn do_rcn ec_ruc eg_tin es_cif et_tin eu_oss_vat eu_vat fo_vat fr_siren fr_siret fr_spi gb_vat
          ge_vat gh_tin gi_tin gn_nif hk_br hr_oib hu_tin ic_nif id_npwp il_vat in_gst is_kt is_vat it_cf jp_cn jp_rn
          jp_trn ke_pin kg_tin kh_tin kr_brn kz_bin la_tin li_uid li_vat lk_vat ma_vat md_cf md_vat me_pib mk_vat
          mr_nif mu_vat mx_rfc my_frp my_itn my_sst mz_nuit ng_tin no_vat no_voec np_pan nz_bn nz_gst om_vat pe_ruc
          ph_tin pl_nip pt_nif py_ruc ro_tin rs_pib ru_inn ru_kpp sa_vat sg_gst sg_uen si_tin sm_coe sn_ninea sr_fin
          sv_nit th_vat tj_tin tr_tin tt_bir tt_vat tw_vat tz_vat ua_vat ug_tin us_ein uy_ruc uz_tin uz_vat ve_rif
          vn_tin za_vat zm_tin zw_tin) value!}] test_clock validate:bool
        GET /v1/customers/{customer}
          expand:[]
        POST /v1/customers/{customer}
          address:@address? balance:int business_name cash_balance:@cash_balance default_source description email
          expand:[] individual_name invoice_prefix invoice_settings:@invoice_settings metadata:map? name
          next_invoice_sequence:int phone preferred_locales:[] shipping:@shipping? source tax:{ip_address
          validate_location:(auto deferred immediately)} tax_exempt:(exempt none reverse)? validate:bool
        DELETE /v1/customers/{customer}
        GET /v1/customers/{customer}/payment_methods
          allow_redisplay:(always limited unspecified) ending_before expand:[] limit:int starting_after
          type:@payment_method_type
        GET /v1/payment_methods
          allow_redisplay:(always limited unspecified) customer customer_account ending_before expand:[] limit:int
          starting_after type:@payment_method_type
        POST /v1/payment_methods
          acss_debit:@acss_debit affirm:{} afterpay_clearpay:{} alipay:{} allow_redisplay:(always limited unspecified)
          alma:{} amazon_pay:{} au_becs_debit:{account_number! bsb_number!} bacs_debit:{account_number sort_code}
          bancontact:{} billie:{} billing_details:@billing_details bizum:{} blik:{} boleto:{tax_id!} card:{cvc
          exp_month:int exp_year:int networks:{preferred:@preferred} number token} cashapp:{} crypto:{} custom:{type!}
          customer customer_balance:{} eps:@eps expand:[] fpx:@fpx giropay:{} grabpay:{} ideal:@ideal
          interac_present:{} kakao_pay:{} klarna:{dob:@registration_date} konbini:{} kr_card:{} link:{} mb_way:{}
          metadata:map mobilepay:{} multibanco:{} naver_pay:{funding:(card points)} nz_bank_account:@nz_bank_account
          oxxo:{} p24:@p24_2 pay_by_bank:{} payco:{} payment_method paynow:{} paypal:{} paypay:{} payto:@payto pix:{}
          promptpay:{} radar_options:{session} revolut_pay:{} samsung_pay:{} satispay:{} scalapay:{}
          sepa_debit:{iban!} sequra:{} sofort:{country!:(AT BE DE ES IT NL)} sunbit:{} swish:{} twint:{}
          type:@payment_method_type upi:@upi_2 us_bank_account:@us_bank_account wechat_pay:{} zip:{}
        GET /v1/payment_methods/{payment_method}
          expand:[]
        POST /v1/payment_methods/{payment_method}
          allow_redisplay:(always limited unspecified) billing_details:@billing_details card:{exp_month:int
          exp_year:int networks:{preferred:@preferred?}} expand:[] metadata:map?
          us_bank_account:{account_holder_type:(company individual) account_type:(checking savings)}
        POST /v1/payment_methods/{payment_method}/attach
          customer customer_account expand:[]
        POST /v1/payment_methods/{payment_method}/detach
          expand:[]
        @acss_debit
          {account_number! institution_number! transit_number!}
        @billing_details
          {address:@address? email name phone tax_id}
        @cash_balance
          {settings:{reconciliation_mode:(automatic manual merchant_default)}}
        @eps
          {bank:(arzte_und_apotheker_bank austrian_anadi_bank_ag bank_austria bankhaus_carl_spangler
          bankhaus_schelhammer_und_schattera_ag bawag_psk_ag bks_bank_ag brull_kallmus_bank_ag btv_vier_lander_bank
          capital_bank_grawe_gruppe_ag deutsche_bank_ag dolomitenbank easybank_ag erste_bank_und_sparkassen
          hypo_alpeadriabank_international_ag hypo_bank_burgenland_aktiengesellschaft
          hypo_noe_lb_fur_niederosterreich_u_wien hypo_oberosterreich_salzburg_steiermark hypo_tirol_bank_ag
          hypo_vorarlberg_bank_ag marchfelder_bank oberbank_ag raiffeisen_bankengruppe_osterreich schoellerbank_ag
          sparda_bank_wien volksbank_gruppe volkskreditbank_ag vr_bank_braunau)}
        @fpx
          {account_holder_type:(company individual) bank!:(affin_bank agrobank alliance_bank ambank bank_islam
          bank_muamalat bank_of_china bank_rakyat bnp_paribas bsn cimb citibank deutsche_bank hong_leong_bank hsbc kfh
          maybank2e maybank2u mbsb_bank ocbc pb_enterprise public_bank rhb standard_chartered uob)}
        @ideal
          {bank:(abn_amro adyen asn_bank bunq buut finom handelsbanken ing knab mollie moneyou n26 nn rabobank
          regiobank revolut sns_bank triodos_bank van_lanschot yoursafe)}
        @invoice_settings
          {custom_fields:[{name! value!}]? default_payment_method footer rendering_options:@rendering_options?}
        @nz_bank_account
          {account_holder_name account_number! bank_code! branch_code! reference suffix!}
        @p24_2
          {bank:(alior_bank bank_millennium bank_nowy_bfg_sa bank_pekao_sa banki_spbdzielcze blik bnp_paribas boz
          citi_handlowy credit_agricole envelobank etransfer_pocztowy24 getin_bank ideabank ing inteligo
          mbank_mtransfer nest_przelew noble_pay pbac_z_ipko plus_bank santander_przelew24 tmobile_usbugi_bankowe
          toyota_bank velobank volkswagen_bank)}
        @payment_method_type
          (acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum
          blik boleto card cashapp crypto custom customer_balance eps fpx giropay grabpay ideal kakao_pay klarna
          konbini kr_card link mb_way mobilepay multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow
          paypal paypay payto pix promptpay revolut_pay samsung_pay satispay scalapay sepa_debit sequra sofort sunbit
          swish twint upi us_bank_account wechat_pay zip)
        @payto
          {account_number bsb_number pay_id}
        @preferred
          (cartes_bancaires mastercard visa)
        @shipping
          {address!:@address name! phone}
        @upi_2
          {mandate_options:@mandate_options_2}
        @us_bank_account
          {account_holder_type:(company individual) account_number account_type:(checking savings)
          financial_connections_account routing_number}
        """
}
