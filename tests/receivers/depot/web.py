"""A FastAPI application: dependencies with and without annotations."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request

from depot.clients import CachedClient, Client, HttpClient
from depot.others import Cursor, Dog, make_dog

app = FastAPI()
router = APIRouter()
app.state.source = HttpClient("state")


def get_source():
    return HttpClient()


def get_typed() -> Client:
    return CachedClient()


def get_yielded():
    source = HttpClient()
    try:
        yield source
    finally:
        source.url = ""


def get_pet():
    return make_dog()


def get_nested(source=Depends(get_source)):
    return source


def get_pair(source=Depends(get_source), pet=Depends(get_pet)):
    return {"source": source, "pet": pet}


class Gateway:
    def __init__(self, source: Client = Depends(get_typed)):
        self.source = source


class Rows:
    def __init__(self):
        self.cursor = Cursor()


Source = Annotated[Client, Depends(get_typed)]
Loose = Annotated[object, Depends(get_source)]


@router.get("/plain")
def plain(source=Depends(get_source)):
    return source.fetch(1)  #@ web_depends | yes | untyped later


@router.get("/typed")
def typed(source: Client = Depends(get_typed)):
    return source.fetch(1)  #@ web_depends_typed | yes | typed later


@router.get("/yielded")
def yielded(source=Depends(get_yielded)):
    return source.fetch(1)  #@ web_depends_yield | yes | untyped later


@router.get("/nested")
def nested(source=Depends(get_nested)):
    return source.fetch(1)  #@ web_depends_nested | yes | untyped later


@router.get("/pair")
def pair(both=Depends(get_pair)):
    both["pet"].fetch("x")  #@ web_depends_dict_no | no | untyped later
    return both["source"].fetch(1)  #@ web_depends_dict | yes | untyped later


@router.get("/class")
def class_dependency(gateway: Gateway = Depends()):
    return gateway.source.fetch(1)  #@ web_class_dependency | yes | typed later


@router.get("/class-untyped")
def class_untyped(gateway=Depends(Gateway)):
    return gateway.source.fetch(1)  #@ web_class_dependency_untyped | yes | untyped later


@router.get("/annotated")
def annotated(source: Annotated[Client, Depends(get_typed)]):
    return source.fetch(1)  #@ web_annotated | yes | typed later


@router.get("/annotated-alias")
def annotated_alias(source: Source):
    return source.fetch(1)  #@ web_annotated_alias | yes | typed later


@router.get("/annotated-loose")
def annotated_loose(source: Annotated[object, Depends(get_source)]):
    return source.fetch(1)  #@ web_annotated_object | yes | untyped later


@router.get("/annotated-class")
def annotated_class(gateway: Annotated[Gateway, Depends()], rows: Annotated[Rows, Depends()]):
    rows.cursor.fetch(1)  #@ web_annotated_class_no | no | typed later
    return gateway.source.fetch(1)  #@ web_annotated_class | yes | typed later


@router.get("/pet")
def pet(animal=Depends(get_pet)):
    return animal.fetch("x")  #@ web_depends_no | no | untyped later


@router.get("/pet-typed")
def pet_typed(animal: Annotated[Dog, Depends(get_pet)]):
    return animal.fetch("x")  #@ web_annotated_no | no | typed later


@router.get("/lambda")
def by_lambda(source=Depends(lambda: CachedClient())):
    return source.fetch(1)  #@ web_depends_lambda | yes | untyped later


@router.get("/state")
def by_state(request: Request):
    return request.app.state.source.fetch(1)  #@ web_app_state | yes | untyped later


@router.get("/async")
async def in_async(source=Depends(get_source)):
    return source.fetch(1)  #@ web_async | yes | untyped later


app.include_router(router)
