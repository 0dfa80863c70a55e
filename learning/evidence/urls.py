"""Addresses of training done elsewhere: for HR, for the coordinator and for the learner."""

from django.urls import path

from learning.evidence.views import learner, lists, officer

institutions = [
    path("<slug:code>/evidence/", officer.evidence_list, name="evidence"),
    path("<slug:code>/evidence/import/", lists.hand_in, name="evidence_import"),
    path("<slug:code>/evidence/import/sample.csv", lists.download_sample, name="evidence_sample"),
    path("<slug:code>/evidence/rules/", lists.rules, name="evidence_rules"),
    path("<slug:code>/evidence/<uuid:number>/", officer.detail, name="evidence_detail"),
    path("<slug:code>/evidence/<uuid:number>/decision/", officer.decide, name="evidence_decide"),
    path("<slug:code>/evidence/<uuid:number>/withdrawal/", officer.withdraw, name="evidence_withdraw"),
    path("<slug:code>/evidence/<uuid:number>/document/", officer.document, name="evidence_document"),
    path("<slug:code>/people/<uuid:number>/evidence/new/", officer.new, name="evidence_new"),
]
study = [
    path("learn/evidence/", learner.own, name="evidence"),
    path("learn/evidence/<uuid:number>/document/", learner.document, name="evidence_document"),
]
